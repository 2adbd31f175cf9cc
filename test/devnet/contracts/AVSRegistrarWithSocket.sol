// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

// Stands for AVSRegistrarWithSocket of eigenlayer-middleware 7b77195: the registrar of an AVS whose operators have their
// keys in the KeyRegistrar. data is abi.encode(string socket).
// Enforced: only the AllocationManager calls; in each set the key comes before the membership.
//
// Left out: the allow-list variant, proxies.

import {IAllocationManager, IKeyRegistrar, IPermissionController} from "./CoreInterfaces.sol";
import {OperatorSet} from "./OperatorSetTypes.sol";
import {Permissioned} from "./Permissioned.sol";

contract AVSRegistrarWithSocket is Permissioned {
    error NotAllocationManager();
    error KeyNotRegistered();

    event OperatorRegistered(address indexed operator, uint32[] operatorSetIds);
    event OperatorDeregistered(address indexed operator, uint32[] operatorSetIds);
    event OperatorSocketSet(address indexed operator, string socket);

    address public immutable avs;
    IAllocationManager public immutable allocationManager;
    IKeyRegistrar public immutable keyRegistrar;

    mapping(address operator => string) public getOperatorSocket;

    modifier onlyAllocationManager() {
        if (msg.sender != address(allocationManager)) revert NotAllocationManager();
        _;
    }

    constructor(
        address avs_,
        IPermissionController permissionController_,
        IAllocationManager allocationManager_,
        IKeyRegistrar keyRegistrar_
    ) Permissioned(permissionController_) {
        avs = avs_;
        allocationManager = allocationManager_;
        keyRegistrar = keyRegistrar_;
    }

    function registerOperator(address operator, address, uint32[] calldata operatorSetIds, bytes calldata data)
        external
        onlyAllocationManager
    {
        for (uint256 i = 0; i < operatorSetIds.length; i++) {
            bool hasKey = keyRegistrar.isRegistered(OperatorSet(avs, operatorSetIds[i]), operator);
            if (!hasKey) revert KeyNotRegistered();
        }
        _setSocket(operator, abi.decode(data, (string)));
        emit OperatorRegistered(operator, operatorSetIds);
    }

    function deregisterOperator(address operator, address, uint32[] calldata operatorSetIds)
        external
        onlyAllocationManager
    {
        emit OperatorDeregistered(operator, operatorSetIds);
    }

    function updateSocket(address operator, string calldata socket) external checkCanCall(operator) {
        _setSocket(operator, socket);
    }

    function supportsAVS(address avs_) external view returns (bool) {
        return avs_ == avs;
    }

    function _setSocket(address operator, string memory socket) private {
        getOperatorSocket[operator] = socket;
        emit OperatorSocketSet(operator, socket);
    }
}
