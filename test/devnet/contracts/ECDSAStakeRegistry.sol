// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

// Stand for ECDSAStakeRegistry and ECDSAServiceManagerBase of eigenlayer-middleware b42aa0b: an AVS without BLS keys, as
// Hyperlane and ETHGas have one. msg.sender is the operator. It names a signing key, which need not be its own and
// proves nothing; the signature that is checked is the operator's, by the AVSDirectory.
// Enforced: the order of checks, weights in basis points where a weight below the minimum counts as none and refuses
// nobody, a signing key that changes nothing emits nothing.
//
// Left out: history (checkpoints) of weights and keys, isValidSignature of the quorum, updateOperators, the owner.

import {IAVSDirectory, IDelegationManager, IServiceManager} from "./Interfaces.sol";
import {SignatureWithSaltAndExpiry, StrategyParams} from "./Types.sol";

contract ECDSAStakeRegistry {
    struct Quorum {
        StrategyParams[] strategies;
    }

    error OperatorAlreadyRegistered();
    error OperatorNotRegistered();

    event OperatorRegistered(address indexed operator, address indexed avs);
    event OperatorDeregistered(address indexed operator, address indexed avs);
    event OperatorWeightUpdated(address indexed operator, uint256 oldWeight, uint256 newWeight);
    event TotalWeightUpdated(uint256 oldTotalWeight, uint256 newTotalWeight);
    event SigningKeyUpdate(
        address indexed operator, uint256 indexed updateBlock, address indexed newSigningKey, address oldSigningKey
    );

    uint256 private constant BPS = 10_000;

    IServiceManager private immutable _serviceManager;
    IDelegationManager private immutable _delegation;
    uint256 public immutable minimumWeight;
    // The one strategy of this devnet, with the whole of the multipliers.
    address private immutable _strategy;

    mapping(address operator => bool) public operatorRegistered;
    mapping(address operator => uint256) public getLastCheckpointOperatorWeight;
    mapping(address operator => address) private _signingKeys;
    uint256 public getLastCheckpointTotalWeight;

    constructor(IServiceManager serviceManager_, IDelegationManager delegation_, address strategy_, uint256 minimum) {
        _serviceManager = serviceManager_;
        _delegation = delegation_;
        _strategy = strategy_;
        minimumWeight = minimum;
    }

    function registerOperatorWithSignature(
        SignatureWithSaltAndExpiry memory operatorSignature,
        address signingKey
    ) external {
        if (operatorRegistered[msg.sender]) revert OperatorAlreadyRegistered();
        operatorRegistered[msg.sender] = true;
        _updateWeights(msg.sender);
        _updateSigningKey(msg.sender, signingKey);
        _serviceManager.registerOperatorToAVS(msg.sender, operatorSignature);
        emit OperatorRegistered(msg.sender, address(_serviceManager));
    }

    function deregisterOperator() external {
        if (!operatorRegistered[msg.sender]) revert OperatorNotRegistered();
        operatorRegistered[msg.sender] = false;
        _updateWeights(msg.sender);
        _serviceManager.deregisterOperatorFromAVS(msg.sender);
        emit OperatorDeregistered(msg.sender, address(_serviceManager));
    }

    function updateOperatorSigningKey(address newSigningKey) external {
        if (!operatorRegistered[msg.sender]) revert OperatorNotRegistered();
        _updateSigningKey(msg.sender, newSigningKey);
    }

    /// Spelled as the real one is.
    function getLastestOperatorSigningKey(address operator) external view returns (address) {
        return _signingKeys[operator];
    }

    function quorum() external view returns (Quorum memory) {
        StrategyParams[] memory strategies = new StrategyParams[](1);
        strategies[0] = StrategyParams(_strategy, uint96(BPS));
        return Quorum(strategies);
    }

    function getOperatorWeight(address operator) public view returns (uint256) {
        uint256 weight = _delegation.operatorShares(operator, _strategy) * BPS / BPS;
        return weight >= minimumWeight ? weight : 0;
    }

    /// The signing key stays when its operator leaves.
    function _updateSigningKey(address operator, address newKey) private {
        address oldKey = _signingKeys[operator];
        if (newKey == oldKey) return;
        _signingKeys[operator] = newKey;
        emit SigningKeyUpdate(operator, block.number, newKey, oldKey);
    }

    function _updateWeights(address operator) private {
        uint256 oldWeight = getLastCheckpointOperatorWeight[operator];
        uint256 newWeight = operatorRegistered[operator] ? getOperatorWeight(operator) : 0;
        if (newWeight != oldWeight) {
            getLastCheckpointOperatorWeight[operator] = newWeight;
            emit OperatorWeightUpdated(operator, oldWeight, newWeight);
        }
        uint256 oldTotal = getLastCheckpointTotalWeight;
        getLastCheckpointTotalWeight = oldTotal + newWeight - oldWeight;
        emit TotalWeightUpdated(oldTotal, getLastCheckpointTotalWeight);
    }
}

contract ECDSAServiceManager is IServiceManager {
    address public immutable stakeRegistry;
    address public immutable avsDirectory;

    modifier onlyStakeRegistry() {
        require(
            msg.sender == stakeRegistry,
            "ECDSAServiceManagerBase.onlyStakeRegistry: caller is not the stakeRegistry"
        );
        _;
    }

    constructor(address stakeRegistry_, address avsDirectory_) {
        stakeRegistry = stakeRegistry_;
        avsDirectory = avsDirectory_;
    }

    function registerOperatorToAVS(address operator, SignatureWithSaltAndExpiry memory operatorSignature)
        external
        onlyStakeRegistry
    {
        IAVSDirectory(avsDirectory).registerOperatorToAVS(operator, operatorSignature);
    }

    function deregisterOperatorFromAVS(address operator) external onlyStakeRegistry {
        IAVSDirectory(avsDirectory).deregisterOperatorFromAVS(operator);
    }
}
