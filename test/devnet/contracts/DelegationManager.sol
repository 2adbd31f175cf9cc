// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

// Stands for the DelegationManager of EigenLayer core in its two families: becoming an EigenLayer operator, what an
// operator says of itself, delegation, and the shares that weigh.
//   DelegationManagerM2  v0.3.3 to v0.5.4: string reverts; msg.sender is the operator everywhere
//   DelegationManager    >= v1.0.2: custom errors; an operator's admins and appointees may call for it, except to become
//                        one; a fresh operator's allocation delay goes to the AllocationManager
// Enforced: the order of checks, their words; nobody can stop being an operator; M2's window only ever grows.
//
// Left out: deposits, withdrawals and their roots, approver signatures (only who needs none can delegate), EIP-712.
// setShares is for tests and open to anyone. Without a PermissionController an operator is its own only admin.

import {IAllocationManager, IPermissionController} from "./CoreInterfaces.sol";
import {Pausable, PausableByError} from "./Pausable.sol";
import {Permissioned} from "./Permissioned.sol";

abstract contract DelegationManagerBase is Pausable {
    event OperatorMetadataURIUpdated(address indexed operator, string metadataURI);
    event StakerDelegated(address indexed staker, address indexed operator);
    event StakerUndelegated(address indexed staker, address indexed operator);
    event StakerForceUndelegated(address indexed staker, address indexed operator);

    uint8 internal constant PAUSED_NEW_DELEGATION = 0;
    uint8 internal constant PAUSED_ENTER_WITHDRAWAL_QUEUE = 1;

    mapping(address operator => mapping(address strategy => uint256)) public operatorShares;
    mapping(address staker => address operator) public delegatedTo;

    function delegationApprover(address operator) public view virtual returns (address);

    function isOperator(address operator) public view returns (bool) {
        return operator != address(0) && delegatedTo[operator] == operator;
    }

    function isDelegated(address staker) public view returns (bool) {
        return delegatedTo[staker] != address(0);
    }

    function getOperatorShares(address operator, address[] calldata strategies)
        external
        view
        returns (uint256[] memory shares)
    {
        shares = new uint256[](strategies.length);
        for (uint256 i = 0; i < strategies.length; i++) {
            shares[i] = operatorShares[operator][strategies[i]];
        }
    }

    function setShares(address operator, address strategy, uint256 amount) external {
        operatorShares[operator][strategy] = amount;
    }

    function _delegate(address staker, address operator) internal onlyWhenNotPaused(PAUSED_NEW_DELEGATION) {
        delegatedTo[staker] = operator;
        emit StakerDelegated(staker, operator);
    }

    function _undelegate(address staker) internal {
        emit StakerUndelegated(staker, delegatedTo[staker]);
        delegatedTo[staker] = address(0);
    }
}

contract DelegationManagerM2 is DelegationManagerBase {
    struct OperatorDetails {
        address earningsReceiver;
        address delegationApprover;
        uint32 stakerOptOutWindowBlocks;
    }

    event OperatorRegistered(address indexed operator, OperatorDetails operatorDetails);
    event OperatorDetailsModified(address indexed operator, OperatorDetails newOperatorDetails);

    uint256 public constant MAX_STAKER_OPT_OUT_WINDOW_BLOCKS = (180 days) / 12;

    mapping(address operator => OperatorDetails) public operatorDetails;

    function registerAsOperator(OperatorDetails calldata details, string calldata metadataURI) external {
        require(
            !isDelegated(msg.sender),
            "DelegationManager.registerAsOperator: caller is already actively delegated"
        );
        _setDetails(details);
        _delegate(msg.sender, msg.sender);
        emit OperatorRegistered(msg.sender, details);
        emit OperatorMetadataURIUpdated(msg.sender, metadataURI);
    }

    function modifyOperatorDetails(OperatorDetails calldata details) external {
        require(isOperator(msg.sender), "DelegationManager.modifyOperatorDetails: caller must be an operator");
        _setDetails(details);
    }

    function updateOperatorMetadataURI(string calldata metadataURI) external {
        require(isOperator(msg.sender), "DelegationManager.updateOperatorMetadataURI: caller must be an operator");
        emit OperatorMetadataURIUpdated(msg.sender, metadataURI);
    }

    /// Stands for delegateTo to an operator that has no approver.
    function delegate(address operator) external {
        require(!isDelegated(msg.sender), "DelegationManager.delegateTo: staker is already actively delegated");
        require(isOperator(operator), "DelegationManager.delegateTo: operator is not registered in EigenLayer");
        _delegate(msg.sender, operator);
    }

    function undelegate(address staker)
        external
        onlyWhenNotPaused(PAUSED_ENTER_WITHDRAWAL_QUEUE)
        returns (bytes32[] memory withdrawalRoots)
    {
        require(isDelegated(staker), "DelegationManager.undelegate: staker must be delegated to undelegate");
        require(!isOperator(staker), "DelegationManager.undelegate: operators cannot be undelegated");
        address operator = delegatedTo[staker];
        require(
            msg.sender == staker || msg.sender == operator || msg.sender == delegationApprover(operator),
            "DelegationManager.undelegate: caller cannot undelegate staker"
        );
        if (msg.sender != staker) emit StakerForceUndelegated(staker, operator);
        _undelegate(staker);
        return withdrawalRoots;
    }

    function delegationApprover(address operator) public view override returns (address) {
        return operatorDetails[operator].delegationApprover;
    }

    function stakerOptOutWindowBlocks(address operator) external view returns (uint256) {
        return operatorDetails[operator].stakerOptOutWindowBlocks;
    }

    function _setDetails(OperatorDetails calldata details) private {
        require(
            details.stakerOptOutWindowBlocks <= MAX_STAKER_OPT_OUT_WINDOW_BLOCKS,
            "DelegationManager._setOperatorDetails: stakerOptOutWindowBlocks cannot be > MAX_STAKER_OPT_OUT_WINDOW_BLOCKS"
        );
        require(
            details.stakerOptOutWindowBlocks >= operatorDetails[msg.sender].stakerOptOutWindowBlocks,
            "DelegationManager._setOperatorDetails: stakerOptOutWindowBlocks cannot be decreased"
        );
        operatorDetails[msg.sender] = details;
        emit OperatorDetailsModified(msg.sender, details);
    }
}

contract DelegationManager is DelegationManagerBase, PausableByError, Permissioned {
    error ActivelyDelegated();
    error NotActivelyDelegated();
    error OperatorNotRegistered();
    error OperatorsCannotUndelegate();
    error CallerCannotUndelegate();

    event OperatorRegistered(address indexed operator, address delegationApprover);
    event DelegationApproverUpdated(address indexed operator, address newDelegationApprover);

    IAllocationManager public immutable allocationManager;

    mapping(address operator => address) private _approvers;

    constructor(IPermissionController permissionController_, IAllocationManager allocationManager_)
        Permissioned(permissionController_)
    {
        allocationManager = allocationManager_;
    }

    function registerAsOperator(address initApprover, uint32 allocationDelay, string calldata metadataURI) external {
        if (isDelegated(msg.sender)) revert ActivelyDelegated();
        if (address(allocationManager) != address(0)) {
            allocationManager.setAllocationDelay(msg.sender, allocationDelay);
        }
        _setApprover(msg.sender, initApprover);
        _delegate(msg.sender, msg.sender);
        emit OperatorRegistered(msg.sender, initApprover);
        emit OperatorMetadataURIUpdated(msg.sender, metadataURI);
    }

    function modifyOperatorDetails(address operator, address newApprover) external checkCanCall(operator) {
        if (!isOperator(operator)) revert OperatorNotRegistered();
        _setApprover(operator, newApprover);
    }

    function updateOperatorMetadataURI(address operator, string calldata metadataURI) external checkCanCall(operator) {
        if (!isOperator(operator)) revert OperatorNotRegistered();
        emit OperatorMetadataURIUpdated(operator, metadataURI);
    }

    /// Stands for delegateTo to an operator that has no approver.
    function delegate(address operator) external {
        if (isDelegated(msg.sender)) revert ActivelyDelegated();
        if (!isOperator(operator)) revert OperatorNotRegistered();
        _delegate(msg.sender, operator);
    }

    function undelegate(address staker) external returns (bytes32[] memory withdrawalRoots) {
        if (!isDelegated(staker)) revert NotActivelyDelegated();
        if (isOperator(staker)) revert OperatorsCannotUndelegate();
        if (msg.sender != staker) {
            address operator = delegatedTo[staker];
            if (!_canCall(operator) && msg.sender != delegationApprover(operator)) revert CallerCannotUndelegate();
            emit StakerForceUndelegated(staker, operator);
        }
        if (paused(PAUSED_ENTER_WITHDRAWAL_QUEUE)) _revertBecausePaused();
        _undelegate(staker);
        return withdrawalRoots;
    }

    function delegationApprover(address operator) public view override returns (address) {
        return _approvers[operator];
    }

    function _setApprover(address operator, address approver) private {
        _approvers[operator] = approver;
        emit DelegationApproverUpdated(operator, approver);
    }

    function _revertBecausePaused() internal pure override(Pausable, PausableByError) {
        PausableByError._revertBecausePaused();
    }
}
